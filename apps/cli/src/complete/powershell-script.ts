/**
 * What PowerShell runs from its profile. Typed words are given as arguments, never as text of a command: PowerShell takes curly quotes for
 * straight ones, and no quoting of our own would keep up with it. What is offered has no characters that need quotes (`completeUrls`).
 */
export const powershellScript = `# powershell completion for gantry

Register-ArgumentCompleter -Native -CommandName 'gantry' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)

    $Typed = @($CommandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.Extent } |
        Where-Object { $_.StartOffset -lt $CursorPosition } |
        ForEach-Object { $_.Text.Substring(0, [Math]::Min($_.Text.Length, $CursorPosition - $_.StartOffset)) })
    if ($WordToComplete -eq '') {
        # Older ones leave out what is empty, where it is not quoted once more.
        $IsOlder = $PSVersionTable.PSVersion -lt [version]'7.3' -or $PSNativeCommandArgumentPassing -eq 'Legacy'
        $Typed += if ($IsOlder) { '""' } else { '' }
    }

    $Flag = ''
    if ($WordToComplete -like '--*=*') { $Flag = $WordToComplete.Substring(0, $WordToComplete.IndexOf('=') + 1) }

    & gantry complete '--' @Typed 2> $null | ForEach-Object {
        if ($_ -eq '' -or $_.StartsWith(':')) { return }
        $Name, $Description = $_.Split([char]9, 2)
        if (-not $Description) { $Description = $Name }
        $Value = $Flag + $Name
        if (-not $Value.StartsWith($WordToComplete)) { return }
        [System.Management.Automation.CompletionResult]::new($Value, $Name, 'ParameterValue', $Description)
    }
}
`
