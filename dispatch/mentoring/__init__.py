"""Income mentoring (1+5): leaders who take villagers along, what was done, and who found work."""
