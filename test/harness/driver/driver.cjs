// Runs the host suites where VS Code's own test mode cannot: it trusts every workspace, so Restricted Mode needs this.
exports.activate = () => {
  require(process.env.LEXYBRAIN_TEST_ENTRY).run();
};
