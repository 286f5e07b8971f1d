-- Python with pytest: results come from the runner of this pack, one line a test, never from what tests print.

local python_source = require "lib.python_source"
local results = require "lib.results"
local sources = require "lib.sources"
local tagged = require "lib.tagged"

local pytest = {}

function pytest.matches(ctx)
  return sources.has_ending(ctx.feature.file_path, ".py") or sources.has_ending(ctx.feature.test_path, ".py")
end

function pytest.find(ctx)
  return results.owned(ctx.feature, python_source.tests(ctx.source))
end

-- A test that says something about the feature needs someone who understands it.
function pytest.skeleton()
  return nil
end

local function body(name, is_class)
  if is_class then
    return "class " .. name .. ":\n    def __init__(self, *args, **kwargs):\n"
      .. "        raise NotImplementedError(\"" .. name .. "\")\n"
  end
  return "def " .. name .. "(*args, **kwargs):\n    raise NotImplementedError(\"" .. name .. "\")\n"
end

function pytest.stub(ctx)
  local feature = ctx.feature
  if not sources.has_ending(feature.file_path, ".py") then return nil end
  local name = sources.identifier(feature.function_name)
  -- A plan names classes by the feature's name alone.
  local is_class = not name and feature.name:find("^%u[%w_]*%l[%w_]*$") ~= nil
  if is_class then name = feature.name end
  if not ctx.source then
    return { path = feature.file_path, content = name and body(name, is_class) or "" }
  end
  if not name or python_source.defines(ctx.source, name) then return nil end
  local source = ctx.source:gsub("%s*$", "")
  local gap = source == "" and "" or "\n\n\n"
  return { path = feature.file_path, content = source .. gap .. body(name, is_class) }
end

-- Files and not single ids are what pytest is given: an id that it does not find would end the whole command.
local arguments = {
  "-q",
  -- Nothing is left behind in the worktree.
  "-p", "no:cacheprovider", "--rootdir=.", "--color=no", "--tb=short",
  -- One broken file, or one failure, must not hide the results of the others.
  "--continue-on-collection-errors", "--maxfail=0",
}

function pytest.run(ctx)
  local targets = {}
  for _, target in ipairs(ctx.targets) do targets[#targets + 1] = { file = target.file, ids = target.ids } end
  return {
    argv = { ctx.programs.python or "python3", ctx.scratch .. "/run_pytest.py", ctx.scratch .. "/request.json" },
    env = { PYTHONDONTWRITEBYTECODE = "1", PYTHONHASHSEED = "0", PYTHONUTF8 = "1" },
    files = {
      ["run_pytest.py"] = host.template { file = "scripts/run_pytest.py" },
      ["request.json"] = host.json.encode {
        nonce = ctx.nonce, report = ctx.scratch .. "/report.txt", targets = targets, arguments = arguments,
      },
    },
    report = "report.txt",
  }
end

-- Whether pytest itself said that a test failed: it ends with 1 then, and with a line such as `2 failed, 4 passed in 0.1s`.
local function says_failed(ctx)
  if ctx.exit == 1 then return true end
  for line in ctx.output:gmatch("[^\n]+") do
    local counts = line:match("^=*%s*(%d+ %l.-) in [%d.]+s")
    if counts and (counts:find("%d+ failed") or counts:find("%d+ errors?%f[%A]")) then return true end
  end
  return false
end

function pytest.read(ctx)
  local collector = results.collector()
  local count, has_failed = 0, false
  tagged.read(ctx, function(file, id, outcome, message)
    count = count + 1
    if outcome ~= "passed" and outcome ~= "skipped" then has_failed = true end
    collector.add(file, id, outcome, message)
  end)
  -- No test failed, though pytest says that one did: the code under test changed what pytest told the runner.
  if count > 0 and not has_failed and not ctx.timed_out and says_failed(ctx) then
    for _, target in ipairs(ctx.targets) do
      for _, id in ipairs(target.ids) do
        collector.add(target.file, id, "error", "all that was reported passed, but pytest said that not all did")
      end
    end
  end
  return collector.results(ctx)
end

function pytest.protect()
  return {
    "conftest.py", "**/conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "pyproject.toml",
    "setup.cfg", "tox.ini", "sitecustomize.py", "usercustomize.py", "pytest.py", "pytest/**", "_pytest/**",
  }
end

return pytest
