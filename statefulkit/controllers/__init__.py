"""The controllers: each looks at one kind of object and brings the world in line with it."""
