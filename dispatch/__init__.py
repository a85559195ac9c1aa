"""What the service decides: lifecycle, matching, escalation, inbox and outbox, views. Synchronous."""
