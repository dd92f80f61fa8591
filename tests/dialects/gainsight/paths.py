"""Paths of the goal APIs."""

CREATE, UPDATE, FETCH = "/v1/csgoal/external/create", "/v1/csgoal/external/update", "/v1/csgoal/external/fetch"
DELETE = "/v1/csgoal/external/delete"
TEMPLATE, METRIC = "/v1/csgoal/external/template", "/csgoal/external/metric/"
METRICS, PICKLIST = "/csgoal/external/metrics", "/v1/csgoal/external/admin/picklist"
