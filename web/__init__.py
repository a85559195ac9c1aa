"""What the service shows in a browser: the chat page, its events, the demo's three phones, health and figures."""
