"""Awards of a village: named, willing, seconded, voted for in secret, and published with thanks."""
