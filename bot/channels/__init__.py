"""How we reach people: one package for each channel, all alike from above."""
