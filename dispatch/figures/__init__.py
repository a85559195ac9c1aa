"""Figures: what is counted, for which area and month; what of it is published; and the monthly report."""
