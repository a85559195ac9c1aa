"""A virtual year of a township: what a village does together, by one process and by two at once, and a recount.

What the calendar and the clock do is done by processes of their own. What people and branches say is said here, by
rules; the same rules are counted out in plain Python, and compared with the rows and with what is shown of them.
"""
