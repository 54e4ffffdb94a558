"""One mechanism for every list: search while typing, sort, keyset pages, columns, selection, download, live cells.

A list is a `ListSpec` of a few columns; its view hands over the rows the reader may see (`page.build`).
"""
