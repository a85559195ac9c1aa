"""Home visits: what is due, the round that is walked, the call itself, objections, and what comes in on paper."""
