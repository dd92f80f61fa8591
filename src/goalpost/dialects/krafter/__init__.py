"""Krafter Analytics: https://docs.krafter.dev/analytics/api/goals.html."""
