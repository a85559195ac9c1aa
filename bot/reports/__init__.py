"""What figures are handed over as: lists of rows, charts, and the monthly report as workbook and printed page."""
