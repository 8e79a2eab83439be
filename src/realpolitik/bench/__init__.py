"""How fast realpolitik is beside other tools, on models that all of them can run: `realpolitik bench`.

Two models (:mod:`influenza`, :mod:`regions`) go through the same filter and sampler as the crisis. Every tool runs in a process of its
own (:mod:`workers`), other tools in an interpreter of their own if need be, and none is imported here.
"""
