"""Values of custom fields: reading what people typed, and showing what is stored.

``cleaning`` turns input into what is stored, ``showing`` turns that into text and
HTML, ``reading`` loads the values of tickets and transactions as a person may see
them, ``visible`` says the same in SQL for searches.
"""
