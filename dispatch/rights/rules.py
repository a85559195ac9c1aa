"""How long personal data is kept, by kind. Figures stay: counts, times, and places as far as the village."""

from datetime import timedelta

from pydantic import Field

from dispatch.parts import Part, Span


class Retention(Part):
    """Spans after which something is erased by itself, at night and a bounded number of rows at a time."""

    requests: Span = timedelta(days=90)  # After the end: words, recordings, addresses, points, searches, cards.
    mail: Span = timedelta(days=30)  # Handled messages that came in, and messages that were sent.
    visits: Span = timedelta(days=90)  # What was said and shown at home visits.
    gatherings: Span = timedelta(days=90)  # Why somebody could not come to a gathering.
    ballots: Span = timedelta(days=90)  # After the end: who voted, and what was said for the named.
    mentoring: Span = timedelta(days=1095)  # What income leaders did for their people, in words.
    points: Span = timedelta(days=730)  # Why points were given by hand or reversed; objections and their answers.
    claims: Span = timedelta(days=90)  # Chats that showed a contact card, and codes that were wrong.
    chats: Span = timedelta(days=90)  # The lines of the web chats.
    documents: Span = timedelta(days=1)  # Files that the service made for somebody, such as /mydata.
    positions: Span = timedelta(days=1)  # Live positions.
    details: Span = timedelta(days=365)  # Words in the audit trail; who did what and when stays, by number.
    strangers: Span = timedelta(days=365)  # After the last word of somebody whom no roster knows: all about them.
    batch: int = Field(default=1000, ge=1, le=10_000)  # Rows of a kind at a time.
