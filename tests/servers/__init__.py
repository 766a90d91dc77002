"""Real and scripted mail servers on loopback, for every test that needs one."""
