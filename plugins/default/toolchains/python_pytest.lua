-- Python with pytest: results come from its JUnit report, never from what tests print.

local cut = require "lib.cut"
local python_source = require "lib.python_source"
local results = require "lib.results"
local sources = require "lib.sources"
local xml = require "lib.xml"

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

function pytest.run(ctx)
  local argv = {
    ctx.programs.python or "python3", "-m", "pytest", "-q",
    -- Nothing is left behind in the worktree.
    "-p", "no:cacheprovider", "--rootdir=.", "--color=no", "--tb=short",
    "--junitxml=" .. ctx.scratch .. "/report.xml", "-o", "junit_family=xunit2",
    -- One broken file, or one failure, must not hide the results of the others.
    "--continue-on-collection-errors", "--maxfail=0",
    "--",
  }
  -- Files and not single ids: an id that pytest does not find would end the whole command without a report.
  local seen = {}
  for _, target in ipairs(ctx.targets) do
    if not seen[target.file] then
      seen[target.file] = true
      argv[#argv + 1] = target.file
    end
  end
  return {
    argv = argv,
    env = { PYTHONDONTWRITEBYTECODE = "1", PYTHONHASHSEED = "0", PYTHONUTF8 = "1" },
    report = "report.xml",
  }
end

-- The class name under which pytest reports a file's own functions: a/b/test_c.py is a.b.test_c.
local function module_name(file)
  return (file:gsub("%.py$", ""):gsub("/", "."))
end

-- One entry a test case: where it stands, how it ended, what it said.
local function cases(report)
  local list, current, outcome = {}, nil, nil
  local kinds = { failure = "failed", error = "error", skipped = "skipped" }
  local rank = { passed = 1, skipped = 2, failed = 3, error = 4 }
  local text = {}
  local visitor = {}
  function visitor.open(name, values)
    if name == "testcase" then
      current = { class = values.classname or "", name = values.name or "", outcome = "passed", message = "" }
    elseif current and kinds[name] then
      outcome = kinds[name]
      text = { values.message or "" }
    end
  end
  function visitor.text(characters)
    if outcome then text[#text + 1] = characters end
  end
  function visitor.close(name)
    if name == "testcase" and current then
      list[#list + 1] = current
      current = nil
    elseif current and outcome and kinds[name] == outcome then
      if rank[outcome] > rank[current.outcome] then
        current.outcome = outcome
        current.message = cut.tail(host.text.trim(table.concat(text, "\n")), 3000)
      end
      outcome = nil
    end
  end
  -- A report that was cut off still says something about the cases before the cut.
  xml.read(report, visitor)
  return list
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

-- A report in which no test failed, though pytest says that one did, was changed by the code under test.
local function is_forged(ctx, reported)
  if ctx.timed_out or #reported == 0 then return false end
  for _, case in ipairs(reported) do
    if case.outcome ~= "passed" and case.outcome ~= "skipped" then return false end
  end
  return says_failed(ctx)
end

function pytest.read(ctx)
  local collector = results.collector()
  local files = {}
  for _, target in ipairs(ctx.targets) do files[module_name(target.file)] = target end
  local reported = cases(ctx.report or "")
  if is_forged(ctx, reported) then
    for _, target in ipairs(ctx.targets) do
      for _, id in ipairs(target.ids) do
        collector.add(target.file, id, "error", "the report says that all passed, but pytest said that not all did")
      end
    end
    return collector.results(ctx)
  end
  for _, case in ipairs(reported) do
    -- A parametrized test is reported once for each parameter, as name[parameter]; all of them have to pass.
    local name = case.name:match("^([^%[]+)%[") or case.name
    local module, chain = case.class, {}
    while module ~= "" and not files[module] do
      local rest, last = module:match("^(.*)%.([^.]+)$")
      if not rest then break end
      table.insert(chain, 1, last)
      module = rest
    end
    if files[module] then
      chain[#chain + 1] = name
      collector.add(files[module].file, table.concat(chain, "::"), case.outcome, case.message)
    elseif case.class == "" and files[name] and case.outcome ~= "passed" then
      -- The file could not be imported: none of its tests ran.
      for _, id in ipairs(files[name].ids) do
        collector.add(files[name].file, id, "error", case.message)
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
