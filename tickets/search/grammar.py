"""The grammar of TicketSQL, for lark's LALR parser.

Words of the language and field names are case-insensitive. `+` counts as white
space, since clients that compose URLs by hand leave it between the words.
"""

GRAMMAR = r"""
start: level
level: _term (CONNECTOR _term)*
_term: negation | group | condition
negation: NOT _term
group: "(" level ")"

condition: field shallow? comparator value            -> comparison
    | field shallow? NOT? IN "(" value (COMMA value)* ")"  -> membership
    | field NOT? BETWEEN value CONNECTOR value        -> between
    | field IS NOT? value                             -> nullness

field: NAME | STRING
shallow: SHALLOW
comparator: SIGN | NOT? WORD
value: STRING | NUMBER | NULL | NAME

SIGN: "!=" | "<>" | "<=" | ">=" | "=" | "<" | ">"
COMMA: ","
CONNECTOR.2: /(and|or)(?![\w.])/i
NOT.2: /not(?![\w.])/i
WORD.2: /(like|startswith|endswith)(?![\w.])/i
IN.2: /in(?![\w.])/i
BETWEEN.2: /between(?![\w.])/i
IS.2: /is(?![\w.])/i
NULL.2: /null(?![\w.])/i
SHALLOW.2: /shallow(?![\w.])/i
NUMBER.2: /[+-]?\d+(\.\d+)?(?![\w.])/
NAME: /[^\W\d]\w*(\.(\{[^{}]*\}|\w+))*('(?=\s*[=!<>]))?/
STRING: /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/s

%ignore /[\s+]+/
"""
