"""Subscriptions to saved searches: told when tickets enter or leave, or a digest.

Every minute ``engine.due`` names the subscriptions whose time has come, and
``engine.check`` looks at each with its owner's own rights: what the search finds is
compared in SQL with the rows kept of the last time, and the difference, the rows and
what is sent commit together.
"""
