"""What is published in an area, with a time to object to it and an answer to every objection."""
