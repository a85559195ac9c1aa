"""Who looks after whom: a village's households divided among its stewards by nearness, within the caps of 1+10+N."""
