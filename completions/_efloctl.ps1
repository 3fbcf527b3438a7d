
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'efloctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'efloctl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'efloctl' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Look once: a summary of each invocation and a table of its nodes')
            [CompletionResult]::new('errors', 'errors', [CompletionResultType]::ParameterValue, 'Look once: what failed, by error, with what it means and what to do')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Poll until every invocation has finished, then exit with the verdict')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what a status, an error code or an error text means, offline')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Play a recorded rollout: no account, no network')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check the set-up step by step: why it does not work, and what to do')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Write, find and show the config file')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'efloctl;status' {
            [CompletionResult]::new('table', 'table', [CompletionResultType]::ParameterValue, 'table')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'json')
            [CompletionResult]::new('jsonl', 'jsonl', [CompletionResultType]::ParameterValue, 'jsonl')
            [CompletionResult]::new('tsv', 'tsv', [CompletionResultType]::ParameterValue, 'tsv')
            [CompletionResult]::new('ids', 'ids', [CompletionResultType]::ParameterValue, 'ids')
            [CompletionResult]::new('raw', 'raw', [CompletionResultType]::ParameterValue, 'raw')
            [CompletionResult]::new('Pending', 'Pending', [CompletionResultType]::ParameterValue, 'Pending')
            [CompletionResult]::new('Running', 'Running', [CompletionResultType]::ParameterValue, 'Running')
            [CompletionResult]::new('Success', 'Success', [CompletionResultType]::ParameterValue, 'Success')
            [CompletionResult]::new('Invalid', 'Invalid', [CompletionResultType]::ParameterValue, 'Invalid')
            [CompletionResult]::new('Aborted', 'Aborted', [CompletionResultType]::ParameterValue, 'Aborted')
            [CompletionResult]::new('Failed', 'Failed', [CompletionResultType]::ParameterValue, 'Failed')
            [CompletionResult]::new('Error', 'Error', [CompletionResultType]::ParameterValue, 'Error')
            [CompletionResult]::new('Timeout', 'Timeout', [CompletionResultType]::ParameterValue, 'Timeout')
            [CompletionResult]::new('Unknown', 'Unknown', [CompletionResultType]::ParameterValue, 'Unknown')
            [CompletionResult]::new('cn-wulanchabu', 'cn-wulanchabu', [CompletionResultType]::ParameterValue, 'cn-wulanchabu')
            [CompletionResult]::new('cn-beijing', 'cn-beijing', [CompletionResultType]::ParameterValue, 'cn-beijing')
            [CompletionResult]::new('cn-shanghai', 'cn-shanghai', [CompletionResultType]::ParameterValue, 'cn-shanghai')
            [CompletionResult]::new('cn-hangzhou', 'cn-hangzhou', [CompletionResultType]::ParameterValue, 'cn-hangzhou')
            [CompletionResult]::new('cn-shenzhen', 'cn-shenzhen', [CompletionResultType]::ParameterValue, 'cn-shenzhen')
            [CompletionResult]::new('cn-guangzhou', 'cn-guangzhou', [CompletionResultType]::ParameterValue, 'cn-guangzhou')
            [CompletionResult]::new('cn-heyuan', 'cn-heyuan', [CompletionResultType]::ParameterValue, 'cn-heyuan')
            [CompletionResult]::new('cn-zhangjiakou', 'cn-zhangjiakou', [CompletionResultType]::ParameterValue, 'cn-zhangjiakou')
            [CompletionResult]::new('cn-huhehaote', 'cn-huhehaote', [CompletionResultType]::ParameterValue, 'cn-huhehaote')
            [CompletionResult]::new('cn-hongkong', 'cn-hongkong', [CompletionResultType]::ParameterValue, 'cn-hongkong')
            [CompletionResult]::new('ap-southeast-1', 'ap-southeast-1', [CompletionResultType]::ParameterValue, 'ap-southeast-1')
            [CompletionResult]::new('ap-southeast-3', 'ap-southeast-3', [CompletionResultType]::ParameterValue, 'ap-southeast-3')
            [CompletionResult]::new('ap-southeast-7', 'ap-southeast-7', [CompletionResultType]::ParameterValue, 'ap-southeast-7')
            [CompletionResult]::new('ap-northeast-1', 'ap-northeast-1', [CompletionResultType]::ParameterValue, 'ap-northeast-1')
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'auto')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'never')
            [CompletionResult]::new('--node', '--node', [CompletionResultType]::ParameterName, 'Ask about this node alone')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a recording instead of asking; - is standard input. IDs then select among those recorded')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Show nodes in these statuses alone')
            [CompletionResult]::new('--max-nodes', '--max-nodes', [CompletionResultType]::ParameterName, 'At most so many nodes an invocation in the table; 0 is all')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Host, host:port or URL to call instead of the region''s')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts at an answer that did not come [default: 4]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the connection [default: 10s]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'For one whole request [default: 60s]')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Certificates to trust besides the system''s, in PEM')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--failed', '--failed', [CompletionResultType]::ParameterName, 'Show failed nodes alone')
            [CompletionResult]::new('--exit-status', '--exit-status', [CompletionResultType]::ParameterName, 'Exit with the verdict; 8 while it is not finished')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;errors' {
            [CompletionResult]::new('table', 'table', [CompletionResultType]::ParameterValue, 'table')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'json')
            [CompletionResult]::new('ids', 'ids', [CompletionResultType]::ParameterValue, 'ids')
            [CompletionResult]::new('cn-wulanchabu', 'cn-wulanchabu', [CompletionResultType]::ParameterValue, 'cn-wulanchabu')
            [CompletionResult]::new('cn-beijing', 'cn-beijing', [CompletionResultType]::ParameterValue, 'cn-beijing')
            [CompletionResult]::new('cn-shanghai', 'cn-shanghai', [CompletionResultType]::ParameterValue, 'cn-shanghai')
            [CompletionResult]::new('cn-hangzhou', 'cn-hangzhou', [CompletionResultType]::ParameterValue, 'cn-hangzhou')
            [CompletionResult]::new('cn-shenzhen', 'cn-shenzhen', [CompletionResultType]::ParameterValue, 'cn-shenzhen')
            [CompletionResult]::new('cn-guangzhou', 'cn-guangzhou', [CompletionResultType]::ParameterValue, 'cn-guangzhou')
            [CompletionResult]::new('cn-heyuan', 'cn-heyuan', [CompletionResultType]::ParameterValue, 'cn-heyuan')
            [CompletionResult]::new('cn-zhangjiakou', 'cn-zhangjiakou', [CompletionResultType]::ParameterValue, 'cn-zhangjiakou')
            [CompletionResult]::new('cn-huhehaote', 'cn-huhehaote', [CompletionResultType]::ParameterValue, 'cn-huhehaote')
            [CompletionResult]::new('cn-hongkong', 'cn-hongkong', [CompletionResultType]::ParameterValue, 'cn-hongkong')
            [CompletionResult]::new('ap-southeast-1', 'ap-southeast-1', [CompletionResultType]::ParameterValue, 'ap-southeast-1')
            [CompletionResult]::new('ap-southeast-3', 'ap-southeast-3', [CompletionResultType]::ParameterValue, 'ap-southeast-3')
            [CompletionResult]::new('ap-southeast-7', 'ap-southeast-7', [CompletionResultType]::ParameterValue, 'ap-southeast-7')
            [CompletionResult]::new('ap-northeast-1', 'ap-northeast-1', [CompletionResultType]::ParameterValue, 'ap-northeast-1')
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'auto')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'never')
            [CompletionResult]::new('--node', '--node', [CompletionResultType]::ParameterName, 'Ask about this node alone')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a recording instead of asking; - is standard input. IDs then select among those recorded')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Host, host:port or URL to call instead of the region''s')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts at an answer that did not come [default: 4]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the connection [default: 10s]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'For one whole request [default: 60s]')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Certificates to trust besides the system''s, in PEM')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--exit-status', '--exit-status', [CompletionResultType]::ParameterName, 'Exit with the verdict; 8 while it is not finished')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;watch' {
            [CompletionResult]::new('table', 'table', [CompletionResultType]::ParameterValue, 'table')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'json')
            [CompletionResult]::new('jsonl', 'jsonl', [CompletionResultType]::ParameterValue, 'jsonl')
            [CompletionResult]::new('cn-wulanchabu', 'cn-wulanchabu', [CompletionResultType]::ParameterValue, 'cn-wulanchabu')
            [CompletionResult]::new('cn-beijing', 'cn-beijing', [CompletionResultType]::ParameterValue, 'cn-beijing')
            [CompletionResult]::new('cn-shanghai', 'cn-shanghai', [CompletionResultType]::ParameterValue, 'cn-shanghai')
            [CompletionResult]::new('cn-hangzhou', 'cn-hangzhou', [CompletionResultType]::ParameterValue, 'cn-hangzhou')
            [CompletionResult]::new('cn-shenzhen', 'cn-shenzhen', [CompletionResultType]::ParameterValue, 'cn-shenzhen')
            [CompletionResult]::new('cn-guangzhou', 'cn-guangzhou', [CompletionResultType]::ParameterValue, 'cn-guangzhou')
            [CompletionResult]::new('cn-heyuan', 'cn-heyuan', [CompletionResultType]::ParameterValue, 'cn-heyuan')
            [CompletionResult]::new('cn-zhangjiakou', 'cn-zhangjiakou', [CompletionResultType]::ParameterValue, 'cn-zhangjiakou')
            [CompletionResult]::new('cn-huhehaote', 'cn-huhehaote', [CompletionResultType]::ParameterValue, 'cn-huhehaote')
            [CompletionResult]::new('cn-hongkong', 'cn-hongkong', [CompletionResultType]::ParameterValue, 'cn-hongkong')
            [CompletionResult]::new('ap-southeast-1', 'ap-southeast-1', [CompletionResultType]::ParameterValue, 'ap-southeast-1')
            [CompletionResult]::new('ap-southeast-3', 'ap-southeast-3', [CompletionResultType]::ParameterValue, 'ap-southeast-3')
            [CompletionResult]::new('ap-southeast-7', 'ap-southeast-7', [CompletionResultType]::ParameterValue, 'ap-southeast-7')
            [CompletionResult]::new('ap-northeast-1', 'ap-northeast-1', [CompletionResultType]::ParameterValue, 'ap-northeast-1')
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'auto')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'never')
            [CompletionResult]::new('--node', '--node', [CompletionResultType]::ParameterName, 'Ask about this node alone')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a recording instead of asking; - is standard input. IDs then select among those recorded')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--interval', '--interval', [CompletionResultType]::ParameterName, 'From the start of one poll to the start of the next, 1s to 5m [default: 5s]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long at most; 0 is without end [default: 30m]')
            [CompletionResult]::new('--grace', '--grace', [CompletionResultType]::ParameterName, 'How long an id may be unknown at first [default: 30s]')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Append every answer that differs from the last to a file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Host, host:port or URL to call instead of the region''s')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts at an answer that did not come [default: 4]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the connection [default: 10s]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'For one whole request [default: 60s]')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Certificates to trust besides the system''s, in PEM')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;explain' {
            [CompletionResult]::new('Aborted', 'Aborted', [CompletionResultType]::ParameterValue, 'Aborted')
            [CompletionResult]::new('AccountNotExists', 'AccountNotExists', [CompletionResultType]::ParameterValue, 'AccountNotExists')
            [CompletionResult]::new('ClientIsUpgrading', 'ClientIsUpgrading', [CompletionResultType]::ParameterValue, 'ClientIsUpgrading')
            [CompletionResult]::new('ClientNeedUpgrade', 'ClientNeedUpgrade', [CompletionResultType]::ParameterValue, 'ClientNeedUpgrade')
            [CompletionResult]::new('ClientNotResponse', 'ClientNotResponse', [CompletionResultType]::ParameterValue, 'ClientNotResponse')
            [CompletionResult]::new('ClientNotRunning', 'ClientNotRunning', [CompletionResultType]::ParameterValue, 'ClientNotRunning')
            [CompletionResult]::new('DeliveryTimeout', 'DeliveryTimeout', [CompletionResultType]::ParameterValue, 'DeliveryTimeout')
            [CompletionResult]::new('Error', 'Error', [CompletionResultType]::ParameterValue, 'Error')
            [CompletionResult]::new('Failed', 'Failed', [CompletionResultType]::ParameterValue, 'Failed')
            [CompletionResult]::new('FileAlreadyExists', 'FileAlreadyExists', [CompletionResultType]::ParameterValue, 'FileAlreadyExists')
            [CompletionResult]::new('FileAuthorityInvalid', 'FileAuthorityInvalid', [CompletionResultType]::ParameterValue, 'FileAuthorityInvalid')
            [CompletionResult]::new('FileContentInvalid', 'FileContentInvalid', [CompletionResultType]::ParameterValue, 'FileContentInvalid')
            [CompletionResult]::new('FileCreateFail', 'FileCreateFail', [CompletionResultType]::ParameterValue, 'FileCreateFail')
            [CompletionResult]::new('FileNameInvalid', 'FileNameInvalid', [CompletionResultType]::ParameterValue, 'FileNameInvalid')
            [CompletionResult]::new('FilePathInvalid', 'FilePathInvalid', [CompletionResultType]::ParameterValue, 'FilePathInvalid')
            [CompletionResult]::new('Forbidden', 'Forbidden', [CompletionResultType]::ParameterValue, 'Forbidden')
            [CompletionResult]::new('Forbidden.RAM', 'Forbidden.RAM', [CompletionResultType]::ParameterValue, 'Forbidden.RAM')
            [CompletionResult]::new('IncompleteSignature', 'IncompleteSignature', [CompletionResultType]::ParameterValue, 'IncompleteSignature')
            [CompletionResult]::new('InternalError', 'InternalError', [CompletionResultType]::ParameterValue, 'InternalError')
            [CompletionResult]::new('Invalid', 'Invalid', [CompletionResultType]::ParameterValue, 'Invalid')
            [CompletionResult]::new('InvalidAccessKeyId.Inactive', 'InvalidAccessKeyId.Inactive', [CompletionResultType]::ParameterValue, 'InvalidAccessKeyId.Inactive')
            [CompletionResult]::new('InvalidAccessKeyId.NotFound', 'InvalidAccessKeyId.NotFound', [CompletionResultType]::ParameterValue, 'InvalidAccessKeyId.NotFound')
            [CompletionResult]::new('InvalidAction.NotFound', 'InvalidAction.NotFound', [CompletionResultType]::ParameterValue, 'InvalidAction.NotFound')
            [CompletionResult]::new('InvalidApi.NotFound', 'InvalidApi.NotFound', [CompletionResultType]::ParameterValue, 'InvalidApi.NotFound')
            [CompletionResult]::new('InvalidParameter', 'InvalidParameter', [CompletionResultType]::ParameterValue, 'InvalidParameter')
            [CompletionResult]::new('InvalidProduct.NotFound', 'InvalidProduct.NotFound', [CompletionResultType]::ParameterValue, 'InvalidProduct.NotFound')
            [CompletionResult]::new('InvalidProtocol.NeedSsl', 'InvalidProtocol.NeedSsl', [CompletionResultType]::ParameterValue, 'InvalidProtocol.NeedSsl')
            [CompletionResult]::new('InvalidSecurityToken.Expired', 'InvalidSecurityToken.Expired', [CompletionResultType]::ParameterValue, 'InvalidSecurityToken.Expired')
            [CompletionResult]::new('InvalidSecurityToken.Malformed', 'InvalidSecurityToken.Malformed', [CompletionResultType]::ParameterValue, 'InvalidSecurityToken.Malformed')
            [CompletionResult]::new('InvalidSecurityToken.MismatchWithAccessKey', 'InvalidSecurityToken.MismatchWithAccessKey', [CompletionResultType]::ParameterValue, 'InvalidSecurityToken.MismatchWithAccessKey')
            [CompletionResult]::new('InvalidTimeStamp.Expired', 'InvalidTimeStamp.Expired', [CompletionResultType]::ParameterValue, 'InvalidTimeStamp.Expired')
            [CompletionResult]::new('InvalidTimeStamp.Format', 'InvalidTimeStamp.Format', [CompletionResultType]::ParameterValue, 'InvalidTimeStamp.Format')
            [CompletionResult]::new('MissingParameter', 'MissingParameter', [CompletionResultType]::ParameterValue, 'MissingParameter')
            [CompletionResult]::new('NoPermission', 'NoPermission', [CompletionResultType]::ParameterValue, 'NoPermission')
            [CompletionResult]::new('NodeNotExists', 'NodeNotExists', [CompletionResultType]::ParameterValue, 'NodeNotExists')
            [CompletionResult]::new('NodeNotRunning', 'NodeNotRunning', [CompletionResultType]::ParameterValue, 'NodeNotRunning')
            [CompletionResult]::new('NodeReleased', 'NodeReleased', [CompletionResultType]::ParameterValue, 'NodeReleased')
            [CompletionResult]::new('Null', 'Null', [CompletionResultType]::ParameterValue, 'Null')
            [CompletionResult]::new('PartialFailed', 'PartialFailed', [CompletionResultType]::ParameterValue, 'PartialFailed')
            [CompletionResult]::new('Pending', 'Pending', [CompletionResultType]::ParameterValue, 'Pending')
            [CompletionResult]::new('Running', 'Running', [CompletionResultType]::ParameterValue, 'Running')
            [CompletionResult]::new('ServiceUnavailable', 'ServiceUnavailable', [CompletionResultType]::ParameterValue, 'ServiceUnavailable')
            [CompletionResult]::new('ServiceUnavailableTemporary', 'ServiceUnavailableTemporary', [CompletionResultType]::ParameterValue, 'ServiceUnavailableTemporary')
            [CompletionResult]::new('SignatureDoesNotMatch', 'SignatureDoesNotMatch', [CompletionResultType]::ParameterValue, 'SignatureDoesNotMatch')
            [CompletionResult]::new('SignatureNonceUsed', 'SignatureNonceUsed', [CompletionResultType]::ParameterValue, 'SignatureNonceUsed')
            [CompletionResult]::new('Success', 'Success', [CompletionResultType]::ParameterValue, 'Success')
            [CompletionResult]::new('Throttling', 'Throttling', [CompletionResultType]::ParameterValue, 'Throttling')
            [CompletionResult]::new('Throttling.Api', 'Throttling.Api', [CompletionResultType]::ParameterValue, 'Throttling.Api')
            [CompletionResult]::new('Throttling.User', 'Throttling.User', [CompletionResultType]::ParameterValue, 'Throttling.User')
            [CompletionResult]::new('Timeout', 'Timeout', [CompletionResultType]::ParameterValue, 'Timeout')
            [CompletionResult]::new('UserGroupNotExists', 'UserGroupNotExists', [CompletionResultType]::ParameterValue, 'UserGroupNotExists')
            [CompletionResult]::new('table', 'table', [CompletionResultType]::ParameterValue, 'table')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'json')
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'auto')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'never')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;demo' {
            [CompletionResult]::new('partial', 'partial', [CompletionResultType]::ParameterValue, 'partial')
            [CompletionResult]::new('success', 'success', [CompletionResultType]::ParameterValue, 'success')
            [CompletionResult]::new('failed', 'failed', [CompletionResultType]::ParameterValue, 'failed')
            [CompletionResult]::new('table', 'table', [CompletionResultType]::ParameterValue, 'table')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'json')
            [CompletionResult]::new('jsonl', 'jsonl', [CompletionResultType]::ParameterValue, 'jsonl')
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'auto')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'never')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;doctor' {
            [CompletionResult]::new('table', 'table', [CompletionResultType]::ParameterValue, 'table')
            [CompletionResult]::new('json', 'json', [CompletionResultType]::ParameterValue, 'json')
            [CompletionResult]::new('cn-wulanchabu', 'cn-wulanchabu', [CompletionResultType]::ParameterValue, 'cn-wulanchabu')
            [CompletionResult]::new('cn-beijing', 'cn-beijing', [CompletionResultType]::ParameterValue, 'cn-beijing')
            [CompletionResult]::new('cn-shanghai', 'cn-shanghai', [CompletionResultType]::ParameterValue, 'cn-shanghai')
            [CompletionResult]::new('cn-hangzhou', 'cn-hangzhou', [CompletionResultType]::ParameterValue, 'cn-hangzhou')
            [CompletionResult]::new('cn-shenzhen', 'cn-shenzhen', [CompletionResultType]::ParameterValue, 'cn-shenzhen')
            [CompletionResult]::new('cn-guangzhou', 'cn-guangzhou', [CompletionResultType]::ParameterValue, 'cn-guangzhou')
            [CompletionResult]::new('cn-heyuan', 'cn-heyuan', [CompletionResultType]::ParameterValue, 'cn-heyuan')
            [CompletionResult]::new('cn-zhangjiakou', 'cn-zhangjiakou', [CompletionResultType]::ParameterValue, 'cn-zhangjiakou')
            [CompletionResult]::new('cn-huhehaote', 'cn-huhehaote', [CompletionResultType]::ParameterValue, 'cn-huhehaote')
            [CompletionResult]::new('cn-hongkong', 'cn-hongkong', [CompletionResultType]::ParameterValue, 'cn-hongkong')
            [CompletionResult]::new('ap-southeast-1', 'ap-southeast-1', [CompletionResultType]::ParameterValue, 'ap-southeast-1')
            [CompletionResult]::new('ap-southeast-3', 'ap-southeast-3', [CompletionResultType]::ParameterValue, 'ap-southeast-3')
            [CompletionResult]::new('ap-southeast-7', 'ap-southeast-7', [CompletionResultType]::ParameterValue, 'ap-southeast-7')
            [CompletionResult]::new('ap-northeast-1', 'ap-northeast-1', [CompletionResultType]::ParameterValue, 'ap-northeast-1')
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'auto')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'never')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Host, host:port or URL to call instead of the region''s')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts at an answer that did not come [default: 4]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the connection [default: 10s]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'For one whole request [default: 60s]')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Certificates to trust besides the system''s, in PEM')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;config' {
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'auto')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'never')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a first config file, readable by its owner alone')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings in effect and where each came from; secrets masked')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Say where the config file is')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles, the one in use marked')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'efloctl;config;init' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Name of the profile [default: ops]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Name of the profile [default: ops]')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Region of the profile')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region of the profile')
            [CompletionResult]::new('--access-key-id', '--access-key-id', [CompletionResultType]::ParameterName, 'AccessKey id; the secret is then read from standard input, never from the command line')
            [CompletionResult]::new('--aliyun-profile', '--aliyun-profile', [CompletionResultType]::ParameterName, 'Take the credentials of this profile of the official CLI')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a file that is there; a copy of it is kept')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;config;show' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region the file was sent in')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Host, host:port or URL to call instead of the region''s')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Further attempts at an answer that did not come [default: 4]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'For the connection [default: 10s]')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'For one whole request [default: 60s]')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Certificates to trust besides the system''s, in PEM')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;config;path' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;config;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Config file')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the config file or of the official CLI')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;config;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a first config file, readable by its owner alone')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings in effect and where each came from; secrets masked')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Say where the config file is')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles, the one in use marked')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'efloctl;config;help;init' {
            break
        }
        'efloctl;config;help;show' {
            break
        }
        'efloctl;config;help;path' {
            break
        }
        'efloctl;config;help;list' {
            break
        }
        'efloctl;config;help;help' {
            break
        }
        'efloctl;completions' {
            [CompletionResult]::new('bash', 'bash', [CompletionResultType]::ParameterValue, 'bash')
            [CompletionResult]::new('elvish', 'elvish', [CompletionResultType]::ParameterValue, 'elvish')
            [CompletionResult]::new('fish', 'fish', [CompletionResultType]::ParameterValue, 'fish')
            [CompletionResult]::new('powershell', 'powershell', [CompletionResultType]::ParameterValue, 'powershell')
            [CompletionResult]::new('zsh', 'zsh', [CompletionResultType]::ParameterValue, 'zsh')
            [CompletionResult]::new('auto', 'auto', [CompletionResultType]::ParameterValue, 'auto')
            [CompletionResult]::new('always', 'always', [CompletionResultType]::ParameterValue, 'always')
            [CompletionResult]::new('never', 'never', [CompletionResultType]::ParameterValue, 'never')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice, show the requests too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print the answer and errors alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'efloctl;help' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Look once: a summary of each invocation and a table of its nodes')
            [CompletionResult]::new('errors', 'errors', [CompletionResultType]::ParameterValue, 'Look once: what failed, by error, with what it means and what to do')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Poll until every invocation has finished, then exit with the verdict')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what a status, an error code or an error text means, offline')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Play a recorded rollout: no account, no network')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check the set-up step by step: why it does not work, and what to do')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Write, find and show the config file')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'efloctl;help;status' {
            break
        }
        'efloctl;help;errors' {
            break
        }
        'efloctl;help;watch' {
            break
        }
        'efloctl;help;explain' {
            break
        }
        'efloctl;help;demo' {
            break
        }
        'efloctl;help;doctor' {
            break
        }
        'efloctl;help;config' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a first config file, readable by its owner alone')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the settings in effect and where each came from; secrets masked')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Say where the config file is')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the profiles, the one in use marked')
            break
        }
        'efloctl;help;config;init' {
            break
        }
        'efloctl;help;config;show' {
            break
        }
        'efloctl;help;config;path' {
            break
        }
        'efloctl;help;config;list' {
            break
        }
        'efloctl;help;completions' {
            break
        }
        'efloctl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
