"""How the bot talks: what a person said, one flow for each role, and the steps of a dialog. Channel-neutral."""
