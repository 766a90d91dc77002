"""The two kinds of database the program works on: a file of SQLite, a server of PostgreSQL."""
