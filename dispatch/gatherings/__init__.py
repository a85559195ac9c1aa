"""What the village does together: theme days and service days, both on one calendar of gatherings."""
