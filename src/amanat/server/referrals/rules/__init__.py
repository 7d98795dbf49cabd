"""The policy of referrals as pure functions: institutions, calendars, clocks, their words, chains.

A package where smaller apps have one file; the modules know no table, and no time but what they are given.
"""
