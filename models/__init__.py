"""What the service remembers: its words, its tables, and the store that holds them. Imports nothing of ours."""
