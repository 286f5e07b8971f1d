-- What luacheck has to know of Moonshift's Lua.
std = "lua54"
-- The host API that every recipe and pack has.
read_globals = { "host" }
-- Prompts and comments are prose: UTF-8 counts more bytes than columns.
max_line_length = 140

-- The test runner is a plain program, not a recipe: it hides what the code under test must not reach.
files["plugins/default/scripts/run.lua"] = { globals = { "arg", "os", "debug" } }
files["plugins/default/scripts/run_sandboxed.lua"] = { read_globals = { "moonshift" } }
