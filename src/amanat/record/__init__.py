"""The sourced record: who said what, what was counted, who was asked and what they answered.

Low to high: `source` (bytes as they came) → `text` and `reading` (what a person reads, with the way back to
the bytes) → `fold`, `anchor`, `sentences` (where words are) → `dates`, `numbers` (what words mean) →
`proposal`, `gate` (the one door) → `rules`, `propose`, `model` (who proposes) → `figures` (comparing) →
`record`, `export`.

A machine proposes, a person confirms, nothing enters without the exact words of its source. No network, no
Django, no database; the only address ever called is a language model on this machine, when somebody switches
it on.
"""
