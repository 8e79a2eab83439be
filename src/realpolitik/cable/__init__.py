"""The cable: the report a run writes, as one page that opens offline."""
