"""The year-end list of a village as a workbook and as pages to print."""
