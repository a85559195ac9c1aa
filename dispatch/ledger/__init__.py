"""The ledger: entries that are never changed, one sealed chain a village, and the look whether every seal holds."""
