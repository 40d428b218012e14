"""A Celery broker on the Django database: no server to install, nothing lost.

``transport.py`` is a kombu transport registered as ``djangodb://`` in
``helpdesk/celery.py``; ``models.py`` is its one table. A message is claimed by moving
``visible_at`` into the future and deleted when its task is done, so what a killed
worker held comes back by itself, or at once through ``release_reservations``.
"""
