"""Dashboards: how one is laid out, what its portlets show, which one is whose home."""
