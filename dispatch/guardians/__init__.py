"""Guardians: somebody who asks, follows and answers for a frail person who has no phone or makes little use of one."""
