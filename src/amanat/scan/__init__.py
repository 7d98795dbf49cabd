"""Many files, one table: folders, archives and buckets, in parts that a crash does not take back.

`plan.py` lists the files, `step.py` makes rows of one, `table.py` writes parts, `engine.py` runs the steps on
this machine or many. Nothing of an archive is ever written to a disk. `docs/howto/scan-an-archive.md` says
how.
"""
