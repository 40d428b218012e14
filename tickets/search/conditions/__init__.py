"""One condition → one `Q` over tickets, by kind of field.

Every function here takes a condition whose operator is not negative: the compiler
negates the whole, so that `Requestor != 'x'` means "no requestor is x" and
`CF.{X} NOT LIKE 'y'` includes tickets without a value. Conditions over other tables
are `IN` subqueries: they never multiply rows, and read well negated.
"""
