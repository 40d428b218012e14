"""Dashboards by mail: RT's subscriptions to dashboards.

Every minute ``engine.due`` names the subscriptions whose time has come, and
``engine.mail`` claims each, renders the dashboard with the rights of whoever is to read
it, and writes the mails and the next time into the database together.
"""
