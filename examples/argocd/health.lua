-- Health of an IAMIdentityMapping. Its status is in kstatus format: Ready says whether the spec is honoured, Stalled
-- that only a person can mend what is in the way; whatever else is not Ready passes by itself.
--
-- A grant that has not begun or is over, and what an observer leaves unwritten, is Ready, and so Healthy: Suspended would
-- keep a sync with waves running until somebody ends it.
local status = obj.status or {}
local said = {}
for _, condition in ipairs(status.conditions or {}) do
  said[condition.type] = condition
end

local function verdict(health, condition)
  return { status = health, message = condition.reason .. ": " .. condition.message }
end

if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "Is being deleted." }
end
if said.Ready == nil or status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "No controller has looked at this version of the object yet." }
end
if said.Stalled ~= nil and said.Stalled.status == "True" then
  return verdict("Degraded", said.Stalled)
end
if said.Ready.status == "True" then
  return verdict("Healthy", said.Ready)
end
return verdict("Progressing", said.Ready)
