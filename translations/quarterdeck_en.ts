<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name />
    <message numerus="yes">
        <source>and %n more: %1</source>
        <translation>
            <numerusform>and %n more: %1</numerusform>
            <numerusform>and %n more: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n environment(s)</source>
        <translation>
            <numerusform>%n environment</numerusform>
            <numerusform>%n environments</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n node</numerusform>
            <numerusform>%n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform><numerusform>%n more</numerusform></translation>
    </message>
</context>
<context>
    <name>AlertNews</name>
    <message numerus="yes">
        <source>%n critical alert(s) fire already</source>
        <translation>
            <numerusform>%n critical alert fires already</numerusform>
            <numerusform>%n critical alerts fire already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n critical alert(s) fire</source>
        <translation>
            <numerusform>%n critical alert fires</numerusform>
            <numerusform>%n critical alerts fire</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChangeDraft</name>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Consequences</name>
    <message numerus="yes">
        <source>%n party(s)</source>
        <translation>
            <numerusform>%n party</numerusform>
            <numerusform>%n parties</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pod(s), one after another</source>
        <translation>
            <numerusform>%n pod, one after another</numerusform>
            <numerusform>%n pods, one after another</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changes %n field(s) of the spec</source>
        <translation>
            <numerusform>Changes %n field of the spec</numerusform>
            <numerusform>Changes %n fields of the spec</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Keeps %n field(s) that others changed meanwhile</source>
        <translation>
            <numerusform>Keeps %n field that others changed meanwhile</numerusform>
            <numerusform>Keeps %n fields that others changed meanwhile</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DiffLines</name>
    <message numerus="yes">
        <source>%n unchanged line(s)</source>
        <translation>
            <numerusform>%n unchanged line</numerusform>
            <numerusform>%n unchanged lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Identity</name>
    <message numerus="yes">
        <source>%n environment(s)</source>
        <translation>
            <numerusform>%n environment</numerusform>
            <numerusform>%n environments</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Journal</name>
    <message numerus="yes">
        <source>%n record(s) of %1, every one unbroken.</source>
        <translation>
            <numerusform>%n record of %1, every one unbroken.</numerusform>
            <numerusform>%n records of %1, every one unbroken.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Jwk</name>
    <message numerus="yes">
        <source>The issuer's key set has %n keys; at most 100 are read.</source>
        <translation>
            <numerusform>The issuer's key set has %n keys; at most 100 are read.</numerusform>
            <numerusform>The issuer's key set has %n keys; at most 100 are read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ListSpec</name>
    <message numerus="yes">
        <source>%Ln node(s)</source>
        <translation>
            <numerusform>%Ln node</numerusform>
            <numerusform>%Ln nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln party(s)</source>
        <translation>
            <numerusform>%Ln party</numerusform>
            <numerusform>%Ln parties</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln user(s)</source>
        <translation>
            <numerusform>%Ln user</numerusform>
            <numerusform>%Ln users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln application(s)</source>
        <translation>
            <numerusform>%Ln application</numerusform>
            <numerusform>%Ln applications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln object(s)</source>
        <translation>
            <numerusform>%Ln object</numerusform>
            <numerusform>%Ln objects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Loki</name>
    <message numerus="yes">
        <source>So many lines come that only the last %n second(s) are looked through again: lines that Loki takes in later may be missing.</source>
        <translation>
            <numerusform>So many lines come that only the last %n second are looked through again: lines that Loki takes in later may be missing.</numerusform><numerusform>So many lines come that only the last %n seconds are looked through again: lines that Loki takes in later may be missing.</numerusform></translation>
    </message>
</context>
<context>
    <name>MapRows</name>
    <message numerus="yes">
        <source>%Ln validator(s)</source>
        <translation>
            <numerusform>%Ln validator</numerusform>
            <numerusform>%Ln validators</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln participant(s)</source>
        <translation>
            <numerusform>%Ln participant</numerusform>
            <numerusform>%Ln participants</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln super validator(s)</source>
        <translation>
            <numerusform>%Ln super validator</numerusform>
            <numerusform>%Ln super validators</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln node(s)</source>
        <translation>
            <numerusform>%Ln node</numerusform>
            <numerusform>%Ln nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n party(s)</source>
        <translation>
            <numerusform>%n party</numerusform>
            <numerusform>%n parties</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n SV(s)</source>
        <translation>
            <numerusform>%n SV</numerusform>
            <numerusform>%n SVs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MetricsDashboards</name>
    <message numerus="yes">
        <source>%n dashboard(s), no error.</source>
        <translation>
            <numerusform>%n dashboard, no error.</numerusform>
            <numerusform>%n dashboards, no error.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NetworkMap</name>
    <message numerus="yes">
        <source>Ready, %n domain(s)</source>
        <translation>
            <numerusform>Ready, %n domain</numerusform>
            <numerusform>Ready, %n domains</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ObjectHistory</name>
    <message numerus="yes">
        <source>Set %n field(s)</source>
        <translation>
            <numerusform>Set %n field</numerusform>
            <numerusform>Set %n fields</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Panels</name>
    <message numerus="yes">
        <source>%n draft(s)</source>
        <translation>
            <numerusform>%n draft</numerusform>
            <numerusform>%n drafts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProfileDesk</name>
    <message numerus="yes">
        <source>%n context(s).</source>
        <translation>
            <numerusform>%n context.</numerusform>
            <numerusform>%n contexts.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProviderClient</name>
    <message numerus="yes">
        <source>This computer's clock is %n s ahead of the issuer's.</source>
        <translation>
            <numerusform>This computer's clock is %n s ahead of the issuer's.</numerusform>
            <numerusform>This computer's clock is %n s ahead of the issuer's.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>This computer's clock is %n s behind the issuer's.</source>
        <translation>
            <numerusform>This computer's clock is %n s behind the issuer's.</numerusform>
            <numerusform>This computer's clock is %n s behind the issuer's.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProviderHttp</name>
    <message numerus="yes">
        <source>%1 did not answer within %n s.</source>
        <translation>
            <numerusform>%1 did not answer within %n s.</numerusform>
            <numerusform>%1 did not answer within %n s.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The answer of %1 is longer than %n KiB.</source>
        <translation>
            <numerusform>The answer of %1 is longer than %n KiB.</numerusform>
            <numerusform>The answer of %1 is longer than %n KiB.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowWriter</name>
    <message numerus="yes">
        <source>%n object(s) at version %1</source>
        <translation>
            <numerusform>%n object at version %1</numerusform>
            <numerusform>%n objects at version %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message numerus="yes">
        <source>All %n kind(s) of Quarterdeck are served.</source>
        <translation>
            <numerusform>All %n kind of Quarterdeck are served.</numerusform>
            <numerusform>All %n kinds of Quarterdeck are served.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n validator(s) name a Ledger API endpoint.</source>
        <translation>
            <numerusform>%1 of %n validator name a Ledger API endpoint.</numerusform>
            <numerusform>%1 of %n validators name a Ledger API endpoint.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s), the chain is whole.</source>
        <translation>
            <numerusform>%n record, the chain is whole.</numerusform>
            <numerusform>%n records, the chain is whole.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) drawn.</source>
        <translation>
            <numerusform>%n picture drawn.</numerusform>
            <numerusform>%n pictures drawn.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SilencesModel</name>
    <message numerus="yes">
        <source>%n silence(s)</source>
        <translation>
            <numerusform>%n silence</numerusform>
            <numerusform>%n silences</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusError</name>
    <message numerus="yes">
        <source>Try again in %n second(s).</source>
        <translation>
            <numerusform>Try again in %n second.</numerusform>
            <numerusform>Try again in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::config::ProfilesFile</name>
    <message numerus="yes">
        <source>The profile has %n field(s) to correct.</source>
        <translation>
            <numerusform>The profile has %n field to correct.</numerusform>
            <numerusform>The profile has %n fields to correct.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::console::ProfileTrial</name>
    <message numerus="yes">
        <source>%n context(s) in %1.</source>
        <translation>
            <numerusform>%n context in %1.</numerusform>
            <numerusform>%n contexts in %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s): %1.</source>
        <translation>
            <numerusform>%n key: %1.</numerusform>
            <numerusform>%n keys: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It knows you as %1, in %n group(s).</source>
        <translation>
            <numerusform>It knows you as %1, in %n group.</numerusform>
            <numerusform>It knows you as %1, in %n groups.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::items::AlertsModel</name>
    <message numerus="yes">
        <source>%n alert(s)</source>
        <translation>
            <numerusform>%n alert</numerusform>
            <numerusform>%n alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::items::ChangesModel</name>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::items::DashboardSession</name>
    <message numerus="yes">
        <source>step %1, %n series</source>
        <translation>
            <numerusform>step %1, %n series</numerusform>
            <numerusform>step %1, %n series</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::items::LogBuckets</name>
    <message numerus="yes">
        <source>%n line(s)</source>
        <translation>
            <numerusform>%n line</numerusform>
            <numerusform>%n lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n error(s)</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::items::LogGaps</name>
    <message numerus="yes">
        <source>%n line(s) of %1 to %2 from Loki</source>
        <translation>
            <numerusform>%n line of %1 to %2 from Loki</numerusform>
            <numerusform>%n lines of %1 to %2 from Loki</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::items::LogModel</name>
    <message numerus="yes">
        <source>%n older line(s) dropped: this view keeps the last %1</source>
        <translation>
            <numerusform>%n older line dropped: this view keeps the last %1</numerusform>
            <numerusform>%n older lines dropped: this view keeps the last %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::items::ResourceModel</name>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n node</numerusform>
            <numerusform>%n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::kube::ExecCredential</name>
    <message numerus="yes">
        <source>printed %n byte(s) that are not an ExecCredential.</source>
        <translation>
            <numerusform>printed %n byte that are not an ExecCredential.</numerusform>
            <numerusform>printed %n bytes that are not an ExecCredential.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::state::ChangePipeline</name>
    <message numerus="yes">
        <source>Based on %n live version(s)</source>
        <translation>
            <numerusform>Based on %n live version</numerusform>
            <numerusform>Based on %n live versions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ActionDialog</name>
    <message numerus="yes">
        <source>%n fields to change</source>
        <translation>
            <numerusform>%n fields to change</numerusform>
            <numerusform>%n fields to change</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::AlertsPage</name>
    <message numerus="yes">
        <source>%n alert(s) hidden.</source>
        <translation>
            <numerusform>%n alert hidden.</numerusform>
            <numerusform>%n alerts hidden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Prometheus of %1 cannot evaluate %n rule(s): what they watch is not watched.</source>
        <translation>
            <numerusform>Prometheus of %1 cannot evaluate %n rule: what they watch is not watched.</numerusform>
            <numerusform>Prometheus of %1 cannot evaluate %n rules: what they watch is not watched.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Silence %n alert(s)…</source>
        <translation>
            <numerusform>Silence %n alert…</numerusform>
            <numerusform>Silence %n alerts…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::AvailabilityCard</name>
    <message numerus="yes">
        <source>and %n more node(s)</source>
        <translation>
            <numerusform>and %n more node</numerusform>
            <numerusform>and %n more nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ChangedFields</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ChangesCard</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ChangesPane</name>
    <message numerus="yes">
        <source>%Ln change(s)</source>
        <translation>
            <numerusform>%Ln change</numerusform>
            <numerusform>%Ln changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) hidden.</source>
        <translation>
            <numerusform>%n change hidden.</numerusform>
            <numerusform>%n changes hidden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) of the journal cannot be read.</source>
        <translation>
            <numerusform>%n line of the journal cannot be read.</numerusform>
            <numerusform>%n lines of the journal cannot be read.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The journal is whole: %n record(s), every one unbroken.</source>
        <translation>
            <numerusform>The journal is whole: %n record, every one unbroken.</numerusform>
            <numerusform>The journal is whole: %n records, every one unbroken.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s) exported.</source>
        <translation>
            <numerusform>%n record exported.</numerusform>
            <numerusform>%n records exported.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ChartOverlay</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ChartTip</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::CommandPalette</name>
    <message numerus="yes">
        <source>%n match(es)</source>
        <translation>
            <numerusform>%n match</numerusform>
            <numerusform>%n matches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ConflictDialog</name>
    <message numerus="yes">
        <source>%n merge</source>
        <translation>
            <numerusform>%n merge</numerusform>
            <numerusform>%n merge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) disagree</source>
        <translation>
            <numerusform>%n field disagrees</numerusform>
            <numerusform>%n fields disagree</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) merge by themselves</source>
        <translation>
            <numerusform>%n field merges by itself</numerusform>
            <numerusform>%n fields merge by themselves</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) are not decided</source>
        <translation>
            <numerusform>%n field is not decided</numerusform>
            <numerusform>%n fields are not decided</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::DashboardPage</name>
    <message numerus="yes">
        <source>And %n more cluster(s).</source>
        <translation>
            <numerusform>And %n more cluster.</numerusform>
            <numerusform>And %n more clusters.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::DiffModel</name>
    <message numerus="yes">
        <source>%n unchanged line(s)</source>
        <translation>
            <numerusform>%n unchanged line</numerusform>
            <numerusform>%n unchanged lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unchanged line(s), press Enter to show</source>
        <translation>
            <numerusform>%n unchanged line, press Enter to show</numerusform>
            <numerusform>%n unchanged lines, press Enter to show</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::EditYamlDialog</name>
    <message numerus="yes">
        <source>%n read-only line(s) hidden</source>
        <translation>
            <numerusform>%n read-only line hidden</numerusform>
            <numerusform>%n read-only lines hidden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) not reviewed</source>
        <translation>
            <numerusform>%n change not reviewed</numerusform>
            <numerusform>%n changes not reviewed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n refused by the server</source>
        <translation>
            <numerusform>%n refused by the server</numerusform>
            <numerusform>%n refused by the server</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Review %n change(s)…</source>
        <translation>
            <numerusform>Review %n change…</numerusform>
            <numerusform>Review %n changes…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::EndingsCard</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::EnvironmentBar</name>
    <message numerus="yes">
        <source>Operations, %n running</source>
        <translation>
            <numerusform>Operations, %n running</numerusform>
            <numerusform>Operations, %n running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Alerts, %n firing</source>
        <translation>
            <numerusform>Alerts, %n firing</numerusform>
            <numerusform>Alerts, %n firing</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>those of %n environment(s) are not known</source>
        <translation>
            <numerusform>those of %n environment are not known</numerusform>
            <numerusform>those of %n environments are not known</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::FiringAlerts</name>
    <message numerus="yes">
        <source>All %n alert(s) that fire</source>
        <translation>
            <numerusform>All %n alert that fires</numerusform>
            <numerusform>All %n alerts that fire</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::FirstRunPage</name>
    <message numerus="yes">
        <source>%n more under Ctrl+O</source>
        <translation>
            <numerusform>%n more under Ctrl+O</numerusform>
            <numerusform>%n more under Ctrl+O</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::LogChip</name>
    <message numerus="yes">
        <source>%1: %n line(s)</source>
        <translation>
            <numerusform>%1: %n line</numerusform>
            <numerusform>%1: %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::LogFields</name>
    <message numerus="yes">
        <source>%n more field(s)</source>
        <translation>
            <numerusform>%n more field</numerusform>
            <numerusform>%n more fields</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::LogHistogram</name>
    <message numerus="yes">
        <source>%n line(s)</source>
        <translation>
            <numerusform>%n line</numerusform>
            <numerusform>%n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::LogSourceTree</name>
    <message numerus="yes">
        <source>%n line(s) in the last minute</source>
        <translation>
            <numerusform>%n line in the last minute</numerusform>
            <numerusform>%n lines in the last minute</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::LogView</name>
    <message numerus="yes">
        <source>%n new line(s) since</source>
        <translation>
            <numerusform>%n new line since</numerusform>
            <numerusform>%n new lines since</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n error(s)</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %n new line(s)</source>
        <translation>
            <numerusform>Show %n new line</numerusform>
            <numerusform>Show %n new lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n match(es)</source>
        <translation>
            <numerusform>%n match</numerusform>
            <numerusform>%n matches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) copied</source>
        <translation>
            <numerusform>%n line copied</numerusform>
            <numerusform>%n lines copied</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) saved</source>
        <translation>
            <numerusform>%n line saved</numerusform>
            <numerusform>%n lines saved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new line(s)</source>
        <translation>
            <numerusform>%n new line</numerusform>
            <numerusform>%n new lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::LogsPage</name>
    <message numerus="yes">
        <source>%n line(s) left out</source>
        <translation>
            <numerusform>%n line left out</numerusform>
            <numerusform>%n lines left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) of %1 to %2 left out</source>
        <translation>
            <numerusform>%n line of %1 to %2 left out</numerusform>
            <numerusform>%n lines of %1 to %2 left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n log(s) interrupted</source>
        <translation>
            <numerusform>%n log interrupted</numerusform>
            <numerusform>%n logs interrupted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pods of %1 nodes are read at most: %n more node(s) are not.</source>
        <translation>
            <numerusform>Pods of %1 nodes are read at most: %n more node is not.</numerusform>
            <numerusform>Pods of %1 nodes are read at most: %n more nodes are not.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 logs are followed at most: %n more log(s) are not.</source>
        <translation>
            <numerusform>%1 logs are followed at most: %n more log is not.</numerusform>
            <numerusform>%1 logs are followed at most: %n more logs are not.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::LogsTab</name>
    <message numerus="yes">
        <source>%n log(s) interrupted</source>
        <translation>
            <numerusform>%n log interrupted</numerusform>
            <numerusform>%n logs interrupted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n container(s) waiting to start.</source>
        <translation>
            <numerusform>%n container waiting to start.</numerusform>
            <numerusform>%n containers waiting to start.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ManagedFieldsTab</name>
    <message numerus="yes">
        <source>%1: %n field(s)</source>
        <translation>
            <numerusform>%1: %n field</numerusform>
            <numerusform>%1: %n fields</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n manager(s)</source>
        <translation>
            <numerusform>%n manager</numerusform>
            <numerusform>%n managers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::MapPane</name>
    <message numerus="yes">
        <source>%Ln node(s)</source>
        <translation>
            <numerusform>%Ln node</numerusform>
            <numerusform>%Ln nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln connection(s)</source>
        <translation>
            <numerusform>%Ln connection</numerusform>
            <numerusform>%Ln connections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln with problems</source>
        <translation>
            <numerusform>%Ln with problems</numerusform>
            <numerusform>%Ln with problems</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln node(s) hidden.</source>
        <translation>
            <numerusform>%Ln node hidden.</numerusform>
            <numerusform>%Ln nodes hidden.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::OverviewPane</name>
    <message numerus="yes">
        <source>%n environment(s)</source>
        <translation>
            <numerusform>%n environment</numerusform>
            <numerusform>%n environments</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n node</numerusform>
            <numerusform>%n nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::OverviewTab</name>
    <message numerus="yes">
        <source>%n restart(s)</source>
        <translation>
            <numerusform>%n restart</numerusform>
            <numerusform>%n restarts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::PanelEditor</name>
    <message numerus="yes">
        <source>%n series.</source>
        <translation>
            <numerusform>%n series.</numerusform>
            <numerusform>%n series.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::PodsTab</name>
    <message numerus="yes">
        <source>%1, %2, %n restart(s)</source>
        <translation>
            <numerusform>%1, %2, %n restart</numerusform>
            <numerusform>%1, %2, %n restarts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ProblemCard</name>
    <message numerus="yes">
        <source>%n acknowledged shown</source>
        <translation>
            <numerusform>%n acknowledged shown</numerusform>
            <numerusform>%n acknowledged shown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n acknowledged hidden</source>
        <translation>
            <numerusform>%n acknowledged hidden</numerusform>
            <numerusform>%n acknowledged hidden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the %n acknowledged</source>
        <translation>
            <numerusform>Show the %n acknowledged</numerusform>
            <numerusform>Show the %n acknowledged</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more:</source>
        <translation>
            <numerusform>and %n more:</numerusform>
            <numerusform>and %n more:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ProfileForm</name>
    <message numerus="yes">
        <source>%n key(s) valid</source>
        <translation>
            <numerusform>%n key valid</numerusform>
            <numerusform>%n keys valid</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ProfilesDialog</name>
    <message numerus="yes">
        <source>%n field(s) to change</source>
        <translation>
            <numerusform>%n field to change</numerusform>
            <numerusform>%n fields to change</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n profile(s) have changes that are not saved.</source>
        <translation>
            <numerusform>%n profile has changes that are not saved.</numerusform>
            <numerusform>%n profiles have changes that are not saved.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ProgressCard</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::RangeButton</name>
    <message numerus="yes">
        <source>Last %n minute(s)</source>
        <translation>
            <numerusform>Last %n minute</numerusform>
            <numerusform>Last %n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Last %n hour(s)</source>
        <translation>
            <numerusform>Last %n hour</numerusform>
            <numerusform>Last %n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Last %n day(s)</source>
        <translation>
            <numerusform>Last %n day</numerusform>
            <numerusform>Last %n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ResourcePane</name>
    <message numerus="yes">
        <source>%1 would show %n.</source>
        <translation>
            <numerusform>%1 would show %n.</numerusform>
            <numerusform>%1 would show %n.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ReviewPages</name>
    <message numerus="yes">
        <source>%n rebased</source>
        <translation>
            <numerusform>%n rebased</numerusform>
            <numerusform>%n rebased</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) change</source>
        <translation>
            <numerusform>%n field changes</numerusform>
            <numerusform>%n fields change</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::ReviewSide</name>
    <message numerus="yes">
        <source>%n characters left to type</source>
        <translation>
            <numerusform>%n characters left to type</numerusform>
            <numerusform>%n characters left to type</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::SilenceDialog</name>
    <message numerus="yes">
        <source>Matches %1 of %n alert(s) now</source>
        <translation>
            <numerusform>Matches %1 of %n alert now</numerusform>
            <numerusform>Matches %1 of %n alerts now</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Silence %n alert(s)</source>
        <translation>
            <numerusform>Silence %n alert</numerusform>
            <numerusform>Silence %n alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::SilenceExpireDialog</name>
    <message numerus="yes">
        <source>Matches %n alert(s) now, of which none calls again: it does not fire, or something else holds it back.</source>
        <translation>
            <numerusform>Matches %n alert now, of which none calls again: it does not fire, or something else holds it back.</numerusform>
            <numerusform>Matches %n alerts now, of which none calls again: it does not fire, or something else holds it back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Matches %n alert(s) now: they call again.</source>
        <translation>
            <numerusform>Matches %n alert now: it calls again.</numerusform>
            <numerusform>Matches %n alerts now: they call again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Matches %n alert(s) now; of them call again: %1.</source>
        <translation>
            <numerusform>Matches %n alert now; of them call again: %1.</numerusform>
            <numerusform>Matches %n alerts now; of them call again: %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::StaleNotice</name>
    <message numerus="yes">
        <source>%n environment(s) do not answer</source>
        <translation>
            <numerusform>%n environment does not answer</numerusform>
            <numerusform>%n environments do not answer</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::StatusBar</name>
    <message numerus="yes">
        <source>%n kind(s) watched</source>
        <translation>
            <numerusform>%n kind watched</numerusform>
            <numerusform>%n kinds watched</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) waiting</source>
        <translation>
            <numerusform>%n change waiting</numerusform>
            <numerusform>%n changes waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::Tabs</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::TelemetryPane</name>
    <message numerus="yes">
        <source>%n problem(s) in the files of dashboards.</source>
        <translation>
            <numerusform>%n problem in the files of dashboards.</numerusform>
            <numerusform>%n problems in the files of dashboards.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::TrafficCard</name>
    <message numerus="yes">
        <source>and %n more node(s)</source>
        <translation>
            <numerusform>and %n more node</numerusform>
            <numerusform>and %n more nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::TrayIcon</name>
    <message numerus="yes">
        <source>%n node(s) need attention</source>
        <translation>
            <numerusform>%n node needs attention</numerusform>
            <numerusform>%n nodes need attention</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s) firing</source>
        <translation>
            <numerusform>%n alert firing</numerusform>
            <numerusform>%n alerts firing</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::VariableButton</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::WindowSignIn</name>
    <message numerus="yes">
        <source>%n draft(s) kept</source>
        <translation>
            <numerusform>%n draft kept</numerusform>
            <numerusform>%n drafts kept</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n operation(s) going on</source>
        <translation>
            <numerusform>%n operation going on</numerusform>
            <numerusform>%n operations going on</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::YamlHints</name>
    <message numerus="yes">
        <source>Enter takes    Ctrl+Space all %n field(s)    Esc closes</source>
        <translation>
            <numerusform>Enter takes    Ctrl+Space all %n field    Esc closes</numerusform>
            <numerusform>Enter takes    Ctrl+Space all %n fields    Esc closes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qd::ui::YamlView</name>
    <message numerus="yes">
        <source>%n line(s), the server writes them</source>
        <translation>
            <numerusform>%n line, the server writes them</numerusform>
            <numerusform>%n lines, the server writes them</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s)</source>
        <translation>
            <numerusform>%n line</numerusform>
            <numerusform>%n lines</numerusform>
        </translation>
    </message>
</context>
</TS>
