-- What the toolchains share: which tests judge a feature, and one result for every id that was asked for.

local cut = require "lib.cut"

local results = {}

-- The ids that judge the feature: the plan's own list if it has one, else all of the file.
function results.owned(feature, found)
  if #feature.test_ids == 0 then return found end
  local wanted, list = {}, {}
  for _, id in ipairs(feature.test_ids) do wanted[id] = true end
  for _, id in ipairs(found) do
    if wanted[id] then
      list[#list + 1] = id
      wanted[id] = nil
    end
  end
  if #list == 0 then return {} end
  -- An id that the file lacks still judges the feature; it will be reported as missing.
  for _, id in ipairs(feature.test_ids) do
    if wanted[id] then
      list[#list + 1] = id
      wanted[id] = nil
    end
  end
  return list
end

-- Worse outcomes win where one id is reported more than once.
local rank = { passed = 1, skipped = 2, failed = 3, error = 4 }

function results.collector()
  local by_file, collector = {}, {}

  function collector.add(file, id, outcome, message)
    if not rank[outcome] then return end
    local ids = by_file[file]
    if not ids then
      ids = {}
      by_file[file] = ids
    end
    local known = ids[id]
    if not known or rank[outcome] > rank[known.outcome] then ids[id] = { outcome = outcome, message = message } end
  end

  -- One entry for each asked id, in the order in which they were asked for.
  function collector.results(ctx)
    local reason
    if ctx.timed_out then
      reason = "did not finish: the test command was stopped after its time limit"
    elseif ctx.exit ~= 0 then
      reason = "did not run: the test command ended with exit code " .. ctx.exit
    else
      reason = "did not run: the test file holds no such test"
    end
    if ctx.timed_out or ctx.exit ~= 0 then
      local tail = cut.tail(host.text.trim(ctx.output), 1500)
      if tail ~= "" then reason = reason .. "\n" .. tail end
    end
    local list = {}
    for _, target in ipairs(ctx.targets) do
      for _, id in ipairs(target.ids) do
        local known = by_file[target.file] and by_file[target.file][id]
        list[#list + 1] = {
          file = target.file, id = id,
          outcome = known and known.outcome or "missing",
          message = known and (known.outcome == "passed" and "" or known.message) or reason,
        }
      end
    end
    return list
  end

  return collector
end

return results
