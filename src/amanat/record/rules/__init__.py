"""One file a kind: what a sentence proposes. Each is `propose(sentence, …)`, pure, and knows no database."""
