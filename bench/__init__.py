"""Measures goalpost's speed on the path that users take, each figure beside a floor taken in the same run."""
