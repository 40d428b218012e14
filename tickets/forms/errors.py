"""Putting what a command refused beside the fields it is about."""

from django import forms
from django.core.exceptions import ValidationError


def take_errors(form: forms.Form, error: ValidationError) -> None:
    """Add a command's error to a form; what has no field there goes to the top."""
    known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
    form.add_error(None, error if known else ValidationError(error.messages))
