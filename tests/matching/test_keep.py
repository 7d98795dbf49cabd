"""An index becomes what its list is, whatever it was."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amanat.matching.folder import Terms
from amanat.matching.index import Index
from amanat.matching.keep import bring_up_to_date, check
from matching.makers import random_prints

PRINTS = random_prints(12)
SETS = st.sets(st.integers(0, 11))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SETS, min_size=1, max_size=4))
def test_an_index_becomes_what_its_list_is(tmp_path_factory, versions):
    folder = tmp_path_factory.mktemp("list") / "index"
    before: set[int] = set()
    for number, version in enumerate(versions):
        entries = np.array(sorted(version), np.uint64)
        terms = Terms(distance=number)
        told = bring_up_to_date(folder, PRINTS[sorted(version)], entries, terms=terms)
        assert told == (len(version - before), len(before - version))
        index = Index(folder)
        assert index.entries().tolist() == sorted(version)
        assert index.search(PRINTS, 0).entry.tolist() == sorted(version)
        assert index.terms == terms
        check(folder)
        before = version
