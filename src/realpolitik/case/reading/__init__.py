"""From the nodes of a case's files to its records, one section of the case in each module."""
