"""``manage.py serve``: prepares the database, then runs web, worker and beat.

``supervise.run`` is the way in. The supervisor never opens a database connection of its
own: preparation runs in a child that ends, so that nothing open is shared by a fork.
"""
