"""Points: what earns them, how they get into the ledger, months that are published, and the list at the year's end."""
