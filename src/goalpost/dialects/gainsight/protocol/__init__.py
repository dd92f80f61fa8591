"""The parts that all of the vendor's services share: spelling, codes, envelopes, requests, lookups, filters."""
