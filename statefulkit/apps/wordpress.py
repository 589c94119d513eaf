"""WordPress: keeps nothing itself, everything is in MySQL; so any replica gives the same answer."""

from __future__ import annotations

from statefulkit.apps.world import Reply, Request, World

PORT = 80
NO_DATABASE = "Error establishing a database connection"
_TABLE = "CREATE TABLE IF NOT EXISTS posts (post TEXT)"


def serve(world: World, request: Request) -> Reply:
    """`GET /` lists the posts, a post of data to `/` adds one; the last line says who answered.

    The database is at `mysql://$WORDPRESS_DB_HOST/`, by default `mysql`.
    """
    if request.path not in ("", "/"):
        return Reply(404, "404 Not Found")
    database = f"mysql://{world.env('WORDPRESS_DB_HOST', 'mysql')}/wordpress"
    if request.data is not None:
        quoted = request.data.replace("'", "''")
        for statement in (_TABLE, f"INSERT INTO posts VALUES ('{quoted}')"):
            if world.call(database, statement).status != 200:
                return Reply(500, NO_DATABASE)
    found = world.call(database, "SELECT post FROM posts")
    if found.status is None:
        return Reply(500, NO_DATABASE)
    posts = found.body.split("\n")[1:] if found.status == 200 else []  # no table: no posts yet
    return Reply(200, "\n".join([*posts, f"-- {world.host}"]))
