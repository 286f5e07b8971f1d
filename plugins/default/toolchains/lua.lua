-- Lua: tests are plain Lua files, run by `lua` with the runner of this pack and nothing else; where there is no lua,
-- by `moonshift lua` with a runner of its own.
--
-- A test file returns a table, `return { test_sum = function() assert(add(1, 2) == 3) end }`, or defines global
-- functions `test_…`. A test passes when it raises no error. Modules are found as ./?.lua, ./?/init.lua and ./src/?.lua.

local lua_source = require "lib.lua_source"
local results = require "lib.results"
local sources = require "lib.sources"
local tagged = require "lib.tagged"

local lua = {}

function lua.matches(ctx)
  return sources.has_ending(ctx.feature.file_path, ".lua") or sources.has_ending(ctx.feature.test_path, ".lua")
end

function lua.find(ctx)
  return results.owned(ctx.feature, lua_source.tests(ctx.source))
end

-- A test that says something about the feature needs someone who understands it.
function lua.skeleton()
  return nil
end

local function body(table_name, name)
  return "function " .. table_name .. "." .. name .. "()\n  error(\"not implemented: " .. name .. "\")\nend\n"
end

function lua.stub(ctx)
  local path, name = ctx.feature.file_path, sources.identifier(ctx.feature.function_name)
  if not sources.has_ending(path, ".lua") then return nil end
  if not ctx.source then
    local content = "local M = {}\n\n" .. (name and body("M", name) .. "\n" or "") .. "return M\n"
    return { path = path, content = content }
  end
  if not name or lua_source.defines(ctx.source, name) then return nil end
  -- Only a module of the usual form can be added to without understanding it: it ends with `return NAME`.
  local head, table_name = ctx.source:match("^(.-)\n?return%s+([%a_][%w_]*)%s*;?%s*$")
  local code = lua_source.code(ctx.source)
  if not table_name or not code:find("local%s+" .. table_name .. "%f[^%w_]%s*=") then return nil end
  head = head:gsub("%s*$", "")
  return { path = path, content = head .. "\n\n" .. body(table_name, name) .. "\nreturn " .. table_name .. "\n" }
end

function lua.run(ctx)
  local request = { "return {\n  nonce = " .. string.format("%q", ctx.nonce) .. ",\n  report = "
    .. string.format("%q", ctx.scratch .. "/report.txt") .. ",\n  siphash = "
    .. string.format("%q", ctx.scratch .. "/siphash.lua") .. ",\n  targets = {\n" }
  for _, target in ipairs(ctx.targets) do
    local ids = {}
    for _, id in ipairs(target.ids) do ids[#ids + 1] = string.format("%q", id) end
    request[#request + 1] = "    { file = " .. string.format("%q", target.file) .. ", ids = { "
      .. table.concat(ids, ", ") .. " } },\n"
  end
  request[#request + 1] = "  },\n}\n"
  local argv, script = { ctx.programs.lua or "lua5.4" }, "scripts/run.lua"
  if not ctx.programs.lua and ctx.programs.moonshift then
    -- Its time is what ends a test, as it is with run.lua.
    argv = { ctx.programs.moonshift, "lua", "--ticks", "1000000000000", "--write", ctx.scratch }
    script = "scripts/run_sandboxed.lua"
  end
  argv[#argv + 1] = ctx.scratch .. "/run.lua"
  argv[#argv + 1] = ctx.scratch .. "/request.lua"
  return {
    argv = argv,
    env = { LC_ALL = "C.UTF-8" },
    files = {
      ["run.lua"] = host.template { file = script },
      ["request.lua"] = table.concat(request),
      ["siphash.lua"] = host.template { file = "lib/siphash.lua" },
    },
    report = "report.txt",
    -- Each file gets fresh globals and libraries.
    isolates_files = true,
  }
end

function lua.read(ctx)
  local seen = results.collector()
  tagged.read(ctx, seen.add)
  return seen.results(ctx)
end

function lua.protect()
  return { "tests/helper.lua", "tests/support/**", "test/helper.lua", "test/support/**", "spec/helper.lua", ".busted" }
end

return lua
