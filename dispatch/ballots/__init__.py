"""Secret ballots of a village: opened by a habit, voted in once by each resident, closed by the calendar."""
